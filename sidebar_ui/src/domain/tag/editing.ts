import { useMutation, useQueryClient } from '@tanstack/vue-query'

import { answer, api, done, type BodyOf } from '@api/client'

export type TagEdit = BodyOf<'/api/tags/{tag_id}', 'patch'>

/** Changes to the catalogue itself; WeCom keeps it, so each one goes there first. */
export function useTagActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: ['tags'] })
  return {
    addGroup: useMutation({ mutationFn: (body: { name: string; tags: string[] }) => answer(api.POST('/api/tags/groups', { body })), onSuccess }),
    addTags: useMutation({
      mutationFn: ({ groupId, names }: { groupId: string; names: string[] }) => answer(api.POST('/api/tags/groups/{group_id}/tags', { params: { path: { group_id: groupId } }, body: { names } })),
      onSuccess,
    }),
    renameGroup: useMutation({
      mutationFn: ({ id, name }: { id: string; name: string }) => answer(api.PATCH('/api/tags/groups/{group_id}', { params: { path: { group_id: id } }, body: { name } })),
      onSuccess,
    }),
    removeGroup: useMutation({ mutationFn: (id: string) => done(api.DELETE('/api/tags/groups/{group_id}', { params: { path: { group_id: id } } })), onSuccess }),
    change: useMutation({ mutationFn: ({ id, ...body }: TagEdit & { id: string }) => answer(api.PATCH('/api/tags/{tag_id}', { params: { path: { tag_id: id } }, body })), onSuccess }),
    remove: useMutation({ mutationFn: (id: string) => done(api.DELETE('/api/tags/{tag_id}', { params: { path: { tag_id: id } } })), onSuccess }),
  }
}
