/** Prints `N passed, N failed, N skipped` from vitest's JSON report; exits 1 when a test failed, none ran, or there is no report. */
import { existsSync, readFileSync } from 'node:fs'

const path = process.argv[2]
const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
const passed = report.numPassedTests ?? 0
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0)
// A file that does not load has no tests to count: it counts as one failure.
const broken = (report.testResults ?? []).filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
const failed = (report.numFailedTests ?? 0) + broken

if (passed + failed + skipped === 0) console.error('No test ran: see the messages above for the step that failed.')
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = passed > 0 && failed === 0 ? 0 : 1
