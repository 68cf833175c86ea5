/**
 * Whether somebody is there. Every request keeps a session alive, so a page that asks by itself may do so only for a person who is
 * at it: a forgotten tab must run out as it would without script.
 */
const awayAfterMs = 5 * 60_000

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

export const isPersonActive = (): boolean =>
  document.visibilityState === 'visible' && Date.now() - lastInput < awayAfterMs
