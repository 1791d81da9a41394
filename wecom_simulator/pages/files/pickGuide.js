/** Whose WeCom client is this? */

import { h, openDialog } from './dom.js'

/** :returns: the chosen member, or null. */
export async function pickGuide(members, me) {
  const search = h('input', { type: 'search', placeholder: '姓名、门店或岗位', autocomplete: 'off' })
  const list = h('div.people')
  const render = () => {
    const wanted = search.value.trim()
    const shown = members.filter((each) =>
      [each.name, each.position, each.userid, ...each.department_names].join(' ').includes(wanted),
    )
    list.replaceChildren(
      ...shown.map((each) =>
        h(
          'button.person',
          { value: each.userid, 'aria-current': each.userid === me?.userid ? 'true' : undefined },
          h('img.face', { src: each.avatar, alt: '' }),
          h(
            'span',
            {},
            h('b', {}, each.name),
            h('small', {}, [each.position, ...each.department_names].join(' · ')),
          ),
        ),
      ),
      ...(shown.length ? [] : [h('p.nothing', {}, '没有这样的成员')]),
    )
  }
  search.addEventListener('input', render)
  search.addEventListener('keydown', (event) => {
    // Enter in a search field would press the dialog's first button.
    if (event.key === 'Enter') event.preventDefault()
  })
  render()
  const chosen = await openDialog({
    title: '扮演谁',
    content: [h('label.field', {}, '找成员', search), list],
    actions: [],
  })
  return members.find((each) => each.userid === chosen) ?? null
}
