// Reads result files of vitest's JSON reporter.
//   failed FILE           prints the test files with failures, one per line
//   count STATUS FILE...  prints "N passed, N failed" for a first result and the result of the repetition
const { readFileSync } = require('node:fs')
const { relative } = require('node:path')

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

const [command, ...rest] = process.argv.slice(2)
if (command === 'failed') {
  const { testResults = [] } = read(rest[0]) ?? {}
  const files = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(process.cwd(), name))
  if (files.length) console.log([...new Set(files)].join('\n'))
} else {
  const [status, ...paths] = rest
  let passed = 0
  let failed = 0
  let skipped = 0
  for (let i = 0; i < paths.length; i += 2) {
    const first = read(paths[i])
    if (!first) continue // the suite was not run, or ended before it wrote its results
    const again = read(paths[i + 1])
    const stillFailed = again ? again.numFailedTests : first.numFailedTests
    passed += first.numPassedTests + first.numFailedTests - stillFailed
    failed += stillFailed
    skipped += first.numPendingTests
  }
  // A run that ends with an error has failed, even if none of its tests has.
  if (status !== '0' && failed === 0) failed = 1
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
}
