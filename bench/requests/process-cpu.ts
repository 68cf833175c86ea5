import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100 // USER_HZ of proc(5), which is 100 on every supported architecture

/** Returns the CPU time that a process and its descendants have used so far, in seconds (Linux). */
export function cpuSeconds(rootPid: number): number {
  const parents = new Map<number, number>()
  const ticks = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!pid) continue
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name of the program is in parentheses and can contain spaces. After it, the second
      // field is the parent. Fields 12 to 15 are the user and system time of the process, and of
      // its children that have ended (proc_pid_stat(5)).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      parents.set(pid, Number(fields[1]))
      ticks.set(
        pid,
        Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
      )
    } catch {} // the process has ended
  }
  const isDescendant = (pid: number | undefined): boolean =>
    pid === rootPid || (pid !== undefined && pid > 1 && isDescendant(parents.get(pid)))
  let total = 0
  for (const [pid, used] of ticks) if (isDescendant(pid)) total += used
  return total / ticksPerSecond
}
