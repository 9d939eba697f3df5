import { say, type Words } from '../../config/words.ts'
import type { Problem } from '../../errors.ts'
import type { Tile } from '../spec.ts'
import type { TileView } from '../view.ts'

/** A tile whose question failed: it says so in its own place, and the rest of the page lives. */
export function failedTile(
  tile: Tile,
  title: string,
  problem: Problem | undefined,
  known: boolean,
  words: Words,
): TileView {
  return {
    id: tile.id,
    kind: tile.kind,
    title,
    width: tile.width,
    state: 'error',
    problem: {
      code: problem?.code ?? 'unexpected',
      message: known && problem ? problem.message : say(words, 'pages.error.title'),
      fix: known && problem?.fix ? problem.fix : say(words, 'pages.error.fix'),
    },
  }
}
