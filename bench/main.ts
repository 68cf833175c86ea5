/**
 * `npm run bench -- PART` measures one part of the service: `requests` or `activity-log`. The files
 * of the parts explain their options. Without a part, all are measured.
 */
const parts: Record<string, () => Promise<unknown>> = {
  requests: () => import('./requests.ts'),
  'activity-log': () => import('./activity-log.ts'),
}

const [name] = process.argv.splice(2, 1) // each part reads the other arguments
const selected = name === undefined ? Object.values(parts) : [parts[name]]
for (const measure of selected) {
  if (!measure) throw new Error(`The parts are ${Object.keys(parts).join(' and ')}.`)
  await measure()
}
