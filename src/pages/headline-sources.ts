import { say } from '../config/words.ts'
import { arrivedOf } from '../model/load-id.ts'
import type { TileContext } from './tiles/tile.ts'

/** `5 files and 12 arrivals`: what came one by one was never a file, however builds keep it. */
export async function sourcesText({ services, words }: TileContext): Promise<string> {
  const loads = await services.facts.loads()
  const arrived = loads.filter((each) => arrivedOf(each) !== null)
  return say(words, 'pages.headline.sources', {
    files: loads.length - arrived.length,
    arrivals: arrived.reduce((sum, { records }) => sum + records, 0),
  })
}
