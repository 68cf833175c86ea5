/**
 * Detects whether a user is active on the page. A page may poll only while the user is active,
 * because every request extends the idle timeout of the session.
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

/** True if the tab is visible and received user input within the last 5 minutes. */
export const isUserActive = (): boolean =>
  document.visibilityState === 'visible' && Date.now() - lastInput < idleAfterMs

/** Returns a `refetchInterval` that polls only while the user is active. */
export const pollWhileActive = (intervalMs: number) => (): number | false =>
  isUserActive() ? intervalMs : false
