/** The service connects only to configured addresses: its libraries send no telemetry (ADR 19). */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startWorld } from '../support/world.ts'

test('a service connects only to loopback addresses from start to stop', async () => {
  const asked = new Set<string>()
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    socket.on('lookup', (_error, _address, _family, host: string) => asked.add(host))
    socket.on('connectionAttempt', (address: string) => asked.add(address))
  }
  subscribe('net.client.socket', watch)
  try {
    const world = await startWorld()
    await world.createTenant()
    await world.ask(null, '{ viewer { __typename } }')
    await world.stop()
  } finally {
    unsubscribe('net.client.socket', watch)
  }
  expect(asked.size).toBeGreaterThan(0)
  // A path is PostgreSQL's Unix socket.
  expect([...asked].filter((host) => !/^(localhost|127\.0\.0\.1|::1|\/.*)$/.test(host))).toEqual([])
})
