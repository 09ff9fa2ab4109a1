import { practice } from './api.js'
import { button, doing, element, say, sizeInWords, table } from './dom.js'

/** Every API call that programs made, with its quota units. This page's own calls are not among them. */
export async function showLedger(main, reload) {
  const { total, methods, latest } = await practice.ledger()
  const reset = async () => {
    await practice.resetLedger()
    say('The ledger is empty.')
    await reload()
  }
  main.append(
    element('h1', {}, 'API calls'),
    element(
      'p',
      {},
      `${total.calls.toLocaleString()} calls, ${total.units.toLocaleString()} quota units, ${total.errors.toLocaleString()} errors.`,
    ),
    element('div', { class: 'bar' }, button('Refresh', doing(reload), { class: 'primary' }), button('Reset', doing(reset))),
    table('Calls by method', ['Method', '#Calls', '#Units', '#Errors', '#Received', '#Sent'], Object.entries(methods).map(methodRow)),
    element('h2', {}, 'The latest'),
    table('The latest calls', ['Time', 'Method', 'Person', '#Answer', '#Units'], latest.toReversed().slice(0, 50).map(callRow)),
  )
}

function methodRow([method, { calls, units, errors, bytesIn, bytesOut }]) {
  return {
    cells: [method, calls.toLocaleString(), units.toLocaleString(), errors.toLocaleString(), sizeInWords(bytesIn), sizeInWords(bytesOut)],
  }
}

function callRow({ at, method, user, status, units }) {
  return { cells: [new Date(at).toLocaleTimeString(), method, user, String(status), String(units)] }
}
