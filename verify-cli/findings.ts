/** Collects the findings about an export. Stores the first 20 findings and counts the others. */

const maxFindings = 20

export class Findings {
  readonly list: string[] = []
  more = 0
  /** The prefix of each new finding, such as "File 2: " when several files are verified. */
  prefix = ''

  add(...findings: string[]): void {
    for (const finding of findings)
      if (this.list.length < maxFindings) this.list.push(this.prefix + finding)
      else this.more++
  }

  /** Inserts findings at an earlier position, so that findings stay in the order of the events. */
  insertAt(position: number, findings: string[]): void {
    this.list.splice(position, 0, ...findings)
  }

  /** Drops and counts the findings above the maximum number. */
  trim(): void {
    this.more += Math.max(0, this.list.length - maxFindings)
    this.list.length = Math.min(this.list.length, maxFindings)
  }
}
