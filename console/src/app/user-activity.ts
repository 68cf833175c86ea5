/**
 * Detects whether a person is using the page. Every request extends the session's idle lifetime, so
 * pages may poll only while somebody uses them; otherwise a forgotten tab would keep its session
 * alive.
 */
const idleAfterMs = 5 * 60_000

let lastInput = Date.now()
for (const event of [
  'pointerdown',
  'pointermove',
  'keydown',
  'wheel',
  'touchstart',
  'focus',
] as const)
  addEventListener(event, () => (lastInput = Date.now()), { passive: true, capture: true })

/** True if the tab is visible and had input within the last 5 minutes. */
export const isUserActive = (): boolean =>
  document.visibilityState === 'visible' && Date.now() - lastInput < idleAfterMs

/** A `refetchInterval` that polls only while a person uses the page. */
export const pollWhileActive = (intervalMs: number) => (): number | false =>
  isUserActive() ? intervalMs : false
