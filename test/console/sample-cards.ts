/** Cards as the product shows them, with every kind of part, for renderers to be tried on. */
import type { Card } from '../../bot/cards/model.ts'

export const hostileName = '<img src=x onerror="document.title=\'owned\'">‮gpj.exe & "Q3" <b>plan</b>'

/** Every node, action and field once, all of it named by somebody who means ill. */
export function everything(name = hostileName): Card {
  return {
    kind: 'everything',
    title: name,
    tone: 'warn',
    summaryText: `Everything about ${name}.`,
    nodes: [
      { type: 'text', text: ['Found ', name, ' of ', { type: 'bytes', bytes: 1_400_000 }] },
      { type: 'text', text: 'quiet', look: 'quiet' },
      {
        type: 'fields',
        fields: [
          { label: name, value: { type: 'person', personId: 'per_1', name } },
          { label: 'When', value: { type: 'time', at: '2026-11-24T13:03:00.000Z' } },
          { label: 'Took', value: { type: 'duration', ms: 725_000 } },
          { label: 'Rate', value: { type: 'rate', bytesPerSecond: 3_200_000 } },
          { label: 'Files', value: { type: 'count', count: 1_204, one: 'file', many: 'files' } },
          { label: 'State', value: { type: 'status', tone: 'fail', text: 'Failed' } },
          { label: 'Hash', value: { type: 'code', text: name } },
          { label: 'Where', value: { type: 'link', text: name, url: 'javascript:alert(1)' } },
          { label: 'Page', value: { type: 'link', text: 'Open', url: 'https://drive.test/x?a=1&b=2' } },
        ],
      },
      { type: 'list', items: [name, 'two'] },
      { type: 'list', items: ['first', 'second'], ordered: true },
      table(name),
      { type: 'progress', label: 'Copying', fraction: 0.624, text: ['620 of ', { type: 'count', count: 1_000 }] },
      { type: 'progress', label: 'Listing', text: 'so far 40' },
      {
        type: 'phases',
        phases: [
          { label: 'List', state: 'done' },
          { label: 'Copy', state: 'running' },
          { label: 'Verify', state: 'waiting' },
          { label: 'Report', state: 'failed' },
        ],
      },
      { type: 'code', text: `restore ${name}` },
      { type: 'divider' },
      { type: 'section', title: name, open: false, nodes: [{ type: 'text', text: name }] },
      { type: 'time', label: 'Expires', at: '2026-11-25T13:03:00.000Z' },
      { type: 'person', label: 'Asked by', personId: 'per_1', name },
      { type: 'image', url: '/console/page/icon.svg', alt: name },
    ],
    form: {
      fields: [
        { type: 'text', name: 'label', label: name, hint: name, maxLength: 50, value: name, error: 'At most 50 characters.' },
        { type: 'text', name: 'notes', label: 'Notes', multiline: true, value: name },
        { type: 'date', name: 'day', label: 'Day', value: '2026-11-24' },
        { type: 'toggle', name: 'sharing', label: 'With the original sharing', value: true },
        { type: 'choice', name: 'how', label: 'How', look: 'radio', value: 'a', options: options(name), required: true },
        { type: 'choice', name: 'drive', label: 'Drive', look: 'list', options: options(name) },
        { type: 'choice', name: 'to', label: 'Restore to', options: [], optionsSource: 'drives' },
      ],
      submit: { type: 'button', label: 'Restore', token: 'tok_form' },
    },
    actions: [
      {
        type: 'button',
        label: 'Approve',
        token: 'tok_approve',
        style: 'primary',
        a11yLabel: `Approve R-1042 ${name}`,
        confirm: { title: `Approve ${name}?`, text: name, confirmLabel: 'Approve' },
      },
      { type: 'button', label: 'Activate chosen', token: 'tok_chosen', requires: ['drives'] },
      {
        type: 'button',
        label: 'Deny',
        token: 'tok_deny',
        style: 'danger',
        dialog: { title: name, submitLabel: 'Deny', fields: [{ type: 'text', name: 'comment', label: 'Why', required: true }] },
      },
      { type: 'select', name: 'frequency', label: 'How often', token: 'tok_select', options: options(name) },
      { type: 'link', label: name, url: 'https://drive.test/' },
      { type: 'menu', label: 'More', items: [{ type: 'button', label: name, token: 'tok_menu' }] },
    ],
    footer: ['Until ', { type: 'time', at: '2026-11-25T13:03:00.000Z' }, ' ', name],
  }
}

const options = (name: string) => [
  { value: 'a', label: 'Daily' },
  { value: '"><script>', label: name, hint: name },
]

function table(name: string): Card['nodes'][number] {
  return {
    type: 'table',
    caption: 'Drives',
    columns: [{ label: 'Drive' }, { label: 'Items', align: 'end' }, { label: 'State' }],
    selection: { name: 'drives', label: 'Drives to activate', multiple: true },
    rows: [
      { cells: [name, { type: 'count', count: 1_204 }, { type: 'status', tone: 'ok', text: 'Success' }], value: 'd1' },
      {
        cells: ['Finance', { type: 'count', count: 3 }, { type: 'status', tone: 'warn', text: 'Partial' }],
        value: 'd2',
        actions: [{ type: 'button', label: 'Browse', token: 'tok_row' }],
      },
    ],
  }
}
