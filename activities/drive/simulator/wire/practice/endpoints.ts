import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { DriveModel } from '../../model/api.ts'
import { parseJson, readText } from '../http/body.ts'
import { wireError } from '../http/errors.ts'
import { json, noContent, type WireAnswer, type WireRequest } from '../http/exchange.ts'
import { parseFaults } from './fault-schema.ts'
import type { FaultPlan } from './faults.ts'
import type { Ledger } from './ledger.ts'

/** What the practice verbs work on. */
export type PracticeDesk = {
  readonly model: DriveModel
  readonly ledger: Ledger
  readonly faults: FaultPlan
  readonly adminKey: string
  /** Whether the request comes from this server's own page. */
  readonly isPage: (request: WireRequest) => boolean
  /** Undoes a revocation of the service account. */
  readonly reinstate: () => void
}

export const adminKeyHeader = 'x-practice-key'

const loseBody = z.strictObject({ drive: z.string().min(1), name: z.string().min(1) })
const messBody = z.strictObject({ drive: z.string().min(1), seed: z.int().optional(), share: z.number().gt(0).max(1).optional() })

/** What an admin can do to the practice Drive besides using it. Needs the admin key, or the session of the page. */
export async function answerPractice(request: WireRequest, desk: PracticeDesk): Promise<WireAnswer | undefined> {
  if (!request.path.startsWith('/_practice/')) return undefined
  if (!desk.isPage(request) && !sameKey(request.headers[adminKeyHeader], desk.adminKey)) {
    throw wireError(
      401,
      'authError',
      `The header ${adminKeyHeader} must hold the admin key that the practice Drive printed when it started.`,
    )
  }
  const { model, ledger, faults } = desk
  switch (`${request.verb} ${request.path.slice('/_practice/'.length)}`) {
    case 'GET state':
      return json({ drives: model.practice.drives(), people: model.directory.people })
    case 'GET ledger':
      return answerLedger(request, ledger)
    case 'DELETE ledger':
      ledger.reset()
      return noContent
    case 'GET faults':
      return json(faults.report())
    case 'POST faults':
      return json({ ids: faults.add(readFaults(await readText(request.body))) })
    case 'DELETE faults':
      faults.clear()
      return noContent
    case 'POST lose':
      return lose(await readText(request.body), model)
    case 'POST mess':
      return mess(await readText(request.body), model)
    case 'POST reinstate':
      desk.reinstate()
      return noContent
    default:
      throw wireError(404, 'notFound', `The practice Drive has no verb ${request.verb} ${request.path}.`)
  }
}

function answerLedger(request: WireRequest, ledger: Ledger): WireAnswer {
  const report = ledger.report(request.query.get('since') ?? undefined)
  if (!report) throw wireError(404, 'notFound', 'That marker of the ledger is unknown: it was reset or the marker is too old.')
  return json(report)
}

function readFaults(text: string) {
  const value = parseJson(text)
  try {
    return parseFaults(value)
  } catch (error) {
    throw wireError(400, 'invalid', error instanceof Error ? error.message : String(error))
  }
}

function lose(text: string, model: DriveModel): WireAnswer {
  const { drive, name } = parsed(loseBody, text)
  const driveId = driveIdOf(drive, model)
  return json({ driveId, fileId: model.practice.lose(name, driveId) })
}

function mess(text: string, model: DriveModel): WireAnswer {
  const { drive, seed, share } = parsed(messBody, text)
  const driveId = driveIdOf(drive, model)
  const options = { ...(seed === undefined ? {} : { seed }), ...(share === undefined ? {} : { share }) }
  return json({ driveId, ...model.practice.mess(driveId, options) })
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  const result = schema.safeParse(parseJson(text))
  if (result.success) return result.data
  throw wireError(400, 'invalid', `The body cannot be read. ${z.prettifyError(result.error)}`)
}

/** A drive by id or name. */
function driveIdOf(text: string, model: DriveModel): string {
  const drives = model.practice.drives()
  const id = drives.find((drive) => drive.id === text)?.id ?? model.practice.driveByName(text)
  if (id !== undefined) return id
  throw wireError(404, 'notFound', `There is no drive ${text}. There are: ${drives.map(({ name }) => name).join(', ')}.`)
}

function sameKey(given: string | undefined, key: string): boolean {
  const left = Buffer.from(given ?? '')
  const right = Buffer.from(key)
  return left.length === right.length && timingSafeEqual(left, right)
}
