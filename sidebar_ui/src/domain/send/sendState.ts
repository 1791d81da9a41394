/** Where one text stands on its way into the chat. Pure: nothing here sends anything. */
export type SendStateName =
  | 'storing'
  | 'handing'
  | 'handed'
  | 'cancelled'
  | 'refused'
  | 'unknown'
  | 'elsewhere'
  | 'blocked'
  | 'not_stored'

export interface SendState {
  name: SendStateName
  /** The cause, for `refused`, `blocked` and `not_stored`, as people read it. */
  because: string
}

export type SendEvent =
  | { kind: 'stored' }
  | { kind: 'not_stored' | 'blocked'; because: string }
  | { kind: 'handed' }
  | { kind: 'cancelled' }
  | { kind: 'refused'; because: string }
  | { kind: 'unknown' }
  | { kind: 'elsewhere'; because: string }
  /** The guide looked into the chat: it is there. */
  | { kind: 'seen_in_chat' }

const plain = (name: SendStateName): SendState => ({ name, because: '' })

/**
 * What an event makes of a state. An event that does not belong there changes nothing; above all,
 * no event leads from a final state back to one that could send again.
 */
export function next(state: SendState, event: SendEvent): SendState {
  switch (state.name) {
    case 'storing':
      if (event.kind === 'stored') return plain('handing')
      if (event.kind === 'blocked' || event.kind === 'not_stored') return { name: event.kind, because: event.because }
      return state
    case 'handing':
      if (event.kind === 'handed' || event.kind === 'cancelled' || event.kind === 'unknown') return plain(event.kind)
      if (event.kind === 'refused' || event.kind === 'elsewhere') return { name: event.kind, because: event.because }
      return state
    case 'unknown':
      // Late answers correct what was not known; so does the guide's own look into the chat.
      if (event.kind === 'handed' || event.kind === 'seen_in_chat') return plain('handed')
      if (event.kind === 'cancelled') return plain('cancelled')
      if (event.kind === 'refused') return { name: 'refused', because: event.because }
      return state
    default:
      return state
  }
}

/** The sentence of the send strip for each state. Nowhere is it said that something was sent. */
export const STATE_WORDS: Readonly<Record<SendStateName, { title: string; note: string }>> = {
  storing: { title: '正在交给企业微信…', note: '' },
  handing: { title: '正在交给企业微信…', note: '' },
  handed: { title: '已交给企业微信', note: '请看输入框，未发出请按发送' },
  cancelled: { title: '你取消了，没有发送', note: '' },
  refused: { title: '企业微信拒绝', note: '' },
  unknown: { title: '结果未知', note: '企业微信 60 秒没有回应。请先看聊天窗口，别急着再发' },
  elsewhere: { title: '没有发送', note: '' },
  blocked: { title: '这段话没有放入', note: '有需要处理的词，改好后可以再放' },
  not_stored: { title: '没有放入', note: '' },
}

/** Why WeCom refused, and what helps. */
export const REASON_WORDS: Readonly<Record<string, string>> = {
  no_permission: '没有权限。请管理员在「客户联系 › 可调用接口的应用」里勾选本应用',
  no_customer: '不是当前客户的会话。请回到客户聊天里再放一次',
  cross_corp: '小程序没有关联到本企业',
  not_configured: '页面还没有连好企业微信。请稍等几秒再放一次',
  bad_link: '图片或链接地址无效',
  bad_media: '素材已过期',
  invalid: '内容格式不被接受',
  old_client: '企业微信版本太旧，请升级后再试',
  other: '原因不明。可以复制文字，自己粘贴到聊天里',
}

export const ELSEWHERE = (name: string | null): string => `会话已切换到${name ? ` ${name}` : '另一位客户'}，这段话没有发送`
