/**
 * Detects whether a user is active on the page. Every request extends the session's idle timeout,
 * so a page may poll only while its user is active; otherwise an unused tab would keep its session
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

/** Returns a `refetchInterval` that polls only while the user is active. */
export const pollWhileActive = (intervalMs: number) => (): number | false =>
  isUserActive() ? intervalMs : false
