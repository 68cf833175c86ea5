/**
 * Shifts the wall clock of a service process by the number of seconds in CLOCK_FILE. The process
 * loads this module with `node --import`. Timers use the monotonic clock, which is not shifted.
 */
import { readFileSync } from 'node:fs'

const TrueDate = Date
/**
 * Returns the shifted time in milliseconds. Reads the file on every call, so that all processes use
 * the new clock as soon as the test has written the file.
 */
const shiftedNow = () =>
  TrueDate.now() + Number(readFileSync(process.env.CLOCK_FILE!, 'utf8')) * 1_000

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, words, self) =>
    Reflect.construct(target, words.length ? words : [shiftedNow()], self),
  apply: () => new Date().toString(),
  get: (target, name, self) => (name === 'now' ? shiftedNow : Reflect.get(target, name, self)),
})
