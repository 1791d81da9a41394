/**
 * What the WeCom client puts into a page: its user agent and WeixinJSBridge. A classic script without behaviour of its
 * own; every call is carried to a host (host.js), which answers or stays silent.
 *
 * Carriers, in this order:
 *   window.__wecomHostCall(call) -> promise of the answer      (browser tests: Playwright's exposeBinding)
 *   a MessageChannel to the parent page                        (the chat page: frame named "wecom:{...}")
 * Without a carrier it does nothing: the page then stands outside WeCom.
 */
;(function () {
  'use strict'

  var FRAME_NAME = /^wecom:(\{.*\})$/
  var named = FRAME_NAME.exec(window.name)
  var bound = typeof window.__wecomHostCall === 'function'
  if (window.WeixinJSBridge || !(bound || (named && window.parent !== window))) return

  /** {userAgent, platform, touchPoints, bridgeDelay}; tests that set the user agent by themselves leave it out. */
  var client = named ? JSON.parse(named[1]) : window.__wecomClient || {}
  overrideNavigator('userAgent', client.userAgent)
  overrideNavigator('appVersion', client.userAgent && client.userAgent.replace(/^Mozilla\//, ''))
  overrideNavigator('platform', client.platform)
  overrideNavigator('maxTouchPoints', client.touchPoints)

  var listeners = {}
  var carry = bound ? carryByBinding() : carryByChannel()

  var bridge = {
    invoke: function (name, params, callback) {
      // A real bridge takes text only: functions fall away, proxies become plain.
      var copy = params === undefined ? {} : JSON.parse(JSON.stringify(params))
      carry({ name: String(name), params: copy, url: location.href }, callback)
    },
    on: function (event, callback) {
      listeners[event] = listeners[event] || []
      listeners[event].push(callback)
    },
  }

  if (client.bridgeDelay) setTimeout(appear, client.bridgeDelay)
  else appear()

  function appear() {
    window.WeixinJSBridge = bridge
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  }

  function overrideNavigator(name, value) {
    if (value === undefined || value === null || value === '') return
    Object.defineProperty(navigator, name, {
      configurable: true,
      get: function () {
        return value
      },
    })
  }

  function carryByBinding() {
    return function (call, callback) {
      window.__wecomHostCall(call).then(function (answer) {
        // undefined: the host stays silent. null is an answer that some clients give.
        if (answer !== undefined && callback) callback(answer)
      })
    }
  }

  function carryByChannel() {
    var channel = new MessageChannel()
    var waiting = {}
    var last = 0
    channel.port1.onmessage = function (event) {
      var message = event.data
      if (message.event)
        return (listeners[message.event] || []).forEach(function (listen) {
          listen(message.data)
        })
      var callback = waiting[message.id]
      delete waiting[message.id]
      if (callback) callback(message.answer)
    }
    window.parent.postMessage({ wecom: 'page' }, location.origin, [channel.port2])
    return function (call, callback) {
      last += 1
      waiting[last] = callback
      channel.port1.postMessage({ id: last, name: call.name, params: call.params, url: call.url })
    }
  }
})()
