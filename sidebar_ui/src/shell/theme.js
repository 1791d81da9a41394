// Runs before the first paint, as a classic script: light or dark, and the size of the text.
;(function () {
  var kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('ui.v1') || '{}') || {}
  } catch {
    kept = {}
  }
  var agent = /ColorScheme\/(Dark|Light)/i.exec(navigator.userAgent)
  var theme =
    kept.theme ||
    (agent ? agent[1].toLowerCase() : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  var root = document.documentElement
  root.setAttribute('data-theme', theme)
  root.classList.toggle('dark', theme === 'dark')
  root.classList.toggle('van-theme-dark', theme === 'dark')
  if (kept.textSize) root.setAttribute('data-text-size', kept.textSize)
})()
