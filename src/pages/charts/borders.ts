import type { Option } from './chart.ts'

/** Borders are loaded with the first map, not with the first chart; those of one map not with those of another. */
export async function loadBorders(option: Option): Promise<void> {
  const maps = ((option.series ?? []) as { type?: string; map?: string }[]).filter((each) => each.type === 'map')
  for (const { map } of maps) {
    if (map === 'us') (await import('./states-map.ts')).registerStates()
    else (await import('./europe-map.ts')).registerEurope()
  }
}
