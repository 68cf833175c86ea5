/**
 * Preloaded into a process of the service (`node --import`): shifts its wall clock by the number of
 * seconds in CLOCK_FILE, as if an administrator had set it. Timers use the monotonic clock and do
 * not shift.
 */
import { readFileSync } from 'node:fs'

const TrueDate = Date
/**
 * Reads the file on every call, so that all processes shift as soon as the test has written it.
 * With a cached value, one process would still use the old clock while another uses the new one.
 */
const shiftedNow = () =>
  TrueDate.now() + Number(readFileSync(process.env.CLOCK_FILE!, 'utf8')) * 1_000

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, words, self) =>
    Reflect.construct(target, words.length ? words : [shiftedNow()], self),
  apply: () => new Date().toString(),
  get: (target, name, self) => (name === 'now' ? shiftedNow : Reflect.get(target, name, self)),
})
