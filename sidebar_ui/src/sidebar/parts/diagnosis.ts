import type { Host } from '../host/host'

/** What an administrator needs to know. No customer and no token in it. */
export function diagnosisOf(host: Host): string {
  const client = /wxwork\/[\d.]+/i.exec(navigator.userAgent)?.[0] ?? '不在企业微信里'
  const state = host.kind === 'failed' ? `连接失败 ${host.reason}：${host.raw}` : host.kind === 'ready' ? `已连接，入口 ${host.entry}` : host.kind
  return [
    `时间 ${new Date().toISOString()}`,
    `客户端 ${client}`,
    `系统 ${navigator.platform}`,
    `页面 ${location.origin}${location.pathname}`,
    `窗口 ${innerWidth}×${innerHeight}`,
    `状态 ${state}`,
  ].join('\n')
}
