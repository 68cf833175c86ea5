/**
 * Loaded into a process ahead of everything else (`node --import`): its clock is ahead of the machine's by as many seconds as a file says,
 * as after somebody set it. Timers run on another clock, which nobody can set.
 */
import { readFileSync } from 'node:fs'

const TrueDate = Date
let aheadMs = 0
const look = () => {
  aheadMs = Number(readFileSync(process.env.CLOCK_FILE!, 'utf8')) * 1_000
}
look()
setInterval(look, 25).unref()

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, words, self) =>
    Reflect.construct(target, words.length ? words : [TrueDate.now() + aheadMs], self),
  apply: () => new Date().toString(),
  get: (target, name, self) =>
    name === 'now' ? () => TrueDate.now() + aheadMs : Reflect.get(target, name, self),
})
