/** Asked before a drawer with words in it closes. */
export const UNSAVED = '有改动没有保存，关掉就丢了。仍要关闭？'
