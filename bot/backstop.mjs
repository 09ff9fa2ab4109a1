#!/usr/bin/env node
/** The way into `bot/cli.ts` for any Node: where this one cannot run TypeScript, the one that npm ci has installed does. Plain JavaScript for that reason. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = 24
const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const installed = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number.parseInt(process.versions.node, 10) >= needed) {
  await import('./cli.ts')
} else if (existsSync(installed)) {
  const child = spawn(installed, [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches both; this one only waits, and passes on what reaches it alone.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
} else {
  console.error(
    `Backstop runs on Node ${needed} or newer and this is ${process.version}. Run npm ci in the checkout: it installs the right one beside it.`,
  )
  process.exit(1)
}
