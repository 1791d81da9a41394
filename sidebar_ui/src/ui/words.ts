/** Words that appear in several places, once. */
export const WORDS = {
  cancel: '取消',
  save: '保存',
  retry: '重试',
  close: '关闭',
  back: '返回',
  copy: '复制',
  copied: '已复制',
  undo: '撤销',
  all: '全部',
  gotIt: '知道了',
  nothingFound: '没有找到',
} as const
