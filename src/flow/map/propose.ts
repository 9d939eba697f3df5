import { type Problem, RapportError } from '../../errors.ts'
import type { Batch } from '../sources/batch.ts'
import { assign, type Candidate, candidatesOf } from './candidates.ts'
import { fillsOf } from './fills-of.ts'
import { orderNotes, wordNotes } from './mapping-notes.ts'
import type { FillSpec, PackSpec } from './pack.ts'
import type { BatchProfile } from './profile.ts'
import type { Inquiry, Question } from './question.ts'
import { withoutUndecidedState } from './state-question.ts'
import { fold, type Synonyms } from './synonyms.ts'
import type { Work } from './work.ts'

/** A source column and the model column that it should fill. */
export interface Proposal {
  column: string
  /** `cases.created_at`. */
  target: string
  /** 0-1. */
  confidence: number
  /** One sentence. */
  reason: string
  alternatives: { target: string; confidence: number }[]
}

export interface ProposeOptions {
  synonyms: Synonyms
  /** Answers of a person, by question. */
  answers?: Record<string, string>
  /** Take the best guess where nobody answered (`--yes`); else the column stays out, with a problem. */
  guess?: boolean
}

/** A pack for an export that no pack knows, with the reason of every line. */
export interface ProposedPack {
  pack: PackSpec
  /** In the order of the file. */
  proposals: Proposal[]
  /** Questions that nobody has answered. */
  questions: Question[]
  notes: Problem[]
}

/** Proposes how an unknown export of tickets becomes the model; pure: names and the profile of the whole columns decide. */
export function proposePack(
  batch: Pick<Batch, 'name' | 'columns'>,
  profile: BatchProfile,
  options: ProposeOptions,
): ProposedPack {
  const inquiry: Inquiry = { answers: options.answers ?? {}, guess: options.guess ?? false, open: [], notes: [] }
  const candidates = withoutUndecidedState(candidatesOf(profile, options.synonyms), profile, options.synonyms, inquiry)
  const chosen = withEarliest(assign(candidates), profile)
  const work: Work = { profile, synonyms: options.synonyms, inquiry, chosen, rules: new Map() }
  const fills = fillsOf(work)
  const proposals = proposalsOf(work, candidates)
  if (fills.length === 0 || proposals.length === 0) throw nothingFits(batch)
  const pack = packOf(batch, fills, proposals)
  return {
    pack,
    proposals,
    questions: inquiry.open,
    notes: [...inquiry.notes, ...orderNotes(work), ...wordNotes(work)],
  }
}

function nothingFits(batch: Pick<Batch, 'name' | 'columns'>): RapportError {
  return new RapportError(
    {
      code: 'export-unknown',
      message: `No column of ${batch.name} (${batch.columns.slice(0, 8).join(', ')}) looks like one of a ticket export.`,
      fix: 'Write a pack for it: docs/packs.md shows one, line by line.',
    },
    3,
  )
}

/** Where no name says when a case began, the moment that is before all others in nearly every record does. */
function withEarliest(chosen: Map<string, Candidate>, profile: BatchProfile): Map<string, Candidate> {
  if (chosen.has('cases.created_at')) return chosen
  const taken = new Set([...chosen.values()].map(({ column }) => column))
  const free = profile.columns.filter(({ name, present }) => !taken.has(name) && present >= profile.records * 0.95)
  const first = free.find(({ name }) => {
    const orders = profile.orders.filter(({ earlier }) => earlier === name)
    return orders.length > 0 && orders.every(({ share }) => share >= 0.98)
  })
  if (!first) return chosen
  const reason = 'It is there in nearly every record, and before every other moment.'
  return new Map(chosen).set('cases.created_at', {
    column: first.name,
    target: 'cases.created_at',
    confidence: 0.65,
    reason,
  })
}

function proposalsOf(work: Work, candidates: Candidate[]): Proposal[] {
  const chosen = [...work.chosen.values()]
  return work.profile.columns.flatMap(({ name }) =>
    chosen
      .filter(({ column }) => column === name)
      .map(({ column, target, confidence, reason }) => ({
        column,
        target,
        confidence,
        reason,
        alternatives: candidates
          .filter((other) => other.column === name && other.target !== target)
          .slice(0, 3)
          .map((other) => ({ target: other.target, confidence: other.confidence })),
      })),
  )
}

function packOf(batch: Pick<Batch, 'name' | 'columns'>, fills: FillSpec[], proposals: Proposal[]): PackSpec {
  const id = packId(batch)
  return {
    id,
    name: batch.name,
    tables: [{ name: id, recognise: proposals.map(({ column }) => column), fills }],
  }
}

/** What the pack of an unknown file is called: `May tickets.csv` -> `may-tickets`. */
export function packId(batch: Pick<Batch, 'name'>): string {
  return (
    fold(batch.name.replace(/\.\w+(#|$)/, '$1'))
      .replaceAll(' ', '-')
      .replace(/[^a-z0-9-]/g, '')
      .replace(/^-+|-+$/g, '') || 'export'
  )
}
