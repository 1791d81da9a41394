/** What acts say of themselves, by the names people use; a name that is not here is shown as programs know it. */
const WORDS: Readonly<Record<string, string>> = {
  about: '起因', action: '级别', added: '新增', added_entries: '新增的词条', address: '地址', after: '改成', before: '原来', benefit: '见面礼', brand: '品牌', category: '类别', change: '改动', changed: '修改', changed_entries: '修改的词条', changes: '改动', comment: '意见',
  content_hash: '内容校验值', count: '数量', entries: '条数', fields: '改了哪些', format: '格式', gather: '归入方式', hash: '内容校验值', hit: '命中记录', hits: '命中记录', ids: '编号', kind: '种类', kinds: '种类',
  name: '名称', names: '名称', note: '说明', opening_hours: '营业时间', parts: '任务数', phone: '电话', problems: '有问题的行数', reason: '理由', refused_rows: '没收的行', role: '角色', rows: '条数', scope_after: '现在适用', scope_before: '原来适用', scripts: '话术数', sha256: 'SHA-256', sums_sha256: '清单 SHA-256', title: '标题',
  unchanged: '没有变', userid: '账号', verdict: '结论', version: '版本', was: '原来', why: '原因', words: '词',
}

/** What an entry says of itself, ready to be read; what is empty is left out. */
export function detailsOf(details: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  return Object.entries(details)
    .filter(([, value]) => value !== '' && value !== null)
    .map(([name, value]) => ({ name: WORDS[name] ?? name, value: typeof value === 'object' ? JSON.stringify(value) : String(value) }))
}
