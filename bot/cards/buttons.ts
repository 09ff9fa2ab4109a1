import type { ButtonOf, Intent, Meant, MenuOf } from './model.ts'

export type ButtonDraft = ButtonOf<Meant>

type Looks = Omit<ButtonDraft, 'type' | 'label' | 'intent'>

/** A button that runs a command with fixed arguments. */
export function button(label: string, intent: Intent, looks: Looks = {}): ButtonDraft {
  return { type: 'button', label, intent, ...looks }
}

export const run = (command: string, args: Intent['args'] = {}, subjectId?: string): Intent => ({
  command,
  args,
  ...(subjectId !== undefined && { subjectId }),
})

export const menu = (label: string, ...items: readonly ButtonDraft[]): MenuOf<Meant> => ({ type: 'menu', label, items })
