import { systemClock as clock } from '../../../db/kit/clock.ts'
import type { Machine } from '../../local/support/machine.ts'
import { type Conversation, wordsOf } from './console.ts'

/** Signs in by one of the links of the start screen, as a browser would. @returns the session's cookie */
export async function signIn(machine: Machine, which: number): Promise<string> {
  const link = machine.shown().match(/http:\S+\/sign-in\/\S+/g)?.[which] ?? ''
  const { origin } = new URL(link)
  const signedIn = await fetch(link, { method: 'POST', headers: { origin }, redirect: 'manual' })
  return signedIn.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** `task add`, and the consent that it asks for. */
export async function connectTask(machine: Machine, ada: Conversation, name: string): Promise<void> {
  const asked = await ada.say(`task add ${name}`)
  await consentAt(machine, /"url":"(http:[^"]+\/connect\/[^"]+)"/.exec(wordsOf(asked))?.[1] ?? '')
  await ada.sees(/is connected and backs up/)
}

/** The consent at the practice Drive's own page as its first admin, step by step as the browser of Ada goes. */
export async function consentAt(machine: Machine, link: string): Promise<void> {
  const cookie = await signIn(machine, 0)
  const consentPage = (await fetch(link, { headers: { cookie }, redirect: 'manual' })).headers.get('location') ?? ''
  const person = /value="([^"]+@[^"]+)"/.exec(await (await fetch(consentPage)).text())?.[1] ?? ''
  const allowed = await fetch(consentPage, { method: 'POST', body: new URLSearchParams({ answer: 'allow', person }), redirect: 'manual' })
  let next = allowed.headers.get('location') ?? ''
  for (;;) {
    const page = await fetch(next, { headers: { cookie }, redirect: 'manual' })
    const to = page.headers.get('location')
    if (to !== null) next = new URL(to, next).href
    else if (/http-equiv="refresh"/i.test(await page.text()) || page.headers.has('refresh')) await clock.sleep(200)
    else break
  }
}
