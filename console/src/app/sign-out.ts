/** Signs the user out of a tenant in all tabs of the browser. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { leaveWithoutDrafts } from './unsaved-changes.ts'

const channelName = 'signed-out'

export async function signOut(tenantId: string, client: QueryClient): Promise<void> {
  leaveWithoutDrafts()
  await fetch('/logout', { method: 'POST', headers: { 'x-tenant-id': tenantId } }).catch(() => {})
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(tenantId)
  channel.close()
  leave(tenantId, client)
}

/** Leaves the tenant's pages, without drafts, when the user signs out in another tab. */
export function useSignOutInOtherTabs(tenantId: string): void {
  const client = useQueryClient()
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = ({ data }) => {
      if (data !== tenantId) return
      leaveWithoutDrafts()
      leave(tenantId, client)
    }
    return () => channel.close()
  }, [tenantId, client])
}

function leave(tenantId: string, client: QueryClient): void {
  client.clear()
  location.assign(`/?signedOut=true&tenant=${encodeURIComponent(tenantId)}`)
}
