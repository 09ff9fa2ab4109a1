import { execFile } from 'node:child_process'

/** Runs a program to its end and returns what it wrote. @throws Error with the last lines that it wrote when it fails */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { maxBuffer: 16 * 1024 * 1024, env }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-3).join(' · ')
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? `${file} is not installed` : said || error.message
      reject(new Error(why, { cause: error }))
    })
  })
}
