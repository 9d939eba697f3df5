import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { expandFiles } from '../flow/land/expand.ts'

export interface WatchOptions {
  /** Called when the files have changed and nothing has been written for a while; never twice at a time. */
  onFilesChanged(): Promise<void> | void
  /** Milliseconds without a change after which a file counts as written. */
  quiet?: number
  /** Milliseconds between two looks at the files: not every file system tells of changes. */
  poll?: number
}

export interface FileWatch {
  close(): Promise<void>
}

/** What the settings name as files of a source: a file, a folder, or a pattern. */
interface Watched {
  id: string
  files: string | string[]
}

/**
 * Watches the files of sources. The system's own notice makes it quick, a look now and then makes it sure; what counts is whether a name, a size
 * or a time is another than at the last call. A file that is still being written is waited for.
 */
export async function watchFiles(
  sources: Watched[],
  directory: string | null,
  { onFilesChanged, quiet = 2000, poll = 30_000 }: WatchOptions,
): Promise<FileWatch> {
  let known = await stateOf(sources, directory)
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false

  const look = async (): Promise<void> => {
    const before = await stateOf(sources, directory)
    if (before === known || closed) return
    // Two looks that agree: nobody is writing any more.
    await new Promise((resolve) => setTimeout(resolve, quiet))
    const now = await stateOf(sources, directory)
    if (closed) return
    if (now !== before) {
      again = true
      return
    }
    known = now
    await onFilesChanged()
  }
  const run = (): void => {
    if (closed) return
    if (running) {
      again = true
      return
    }
    again = false
    running = look()
      .catch(() => {})
      .finally(() => {
        running = null
        if (again) run()
      })
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(run, quiet)
  }
  const watchers = foldersOf(sources, directory).flatMap((folder) => watcherOf(folder, soon))
  const polling = setInterval(run, poll)
  polling.unref()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      clearInterval(polling)
      for (const watcher of watchers) watcher.close()
      await running
    },
  }
}

/** Files with size and time, as one text. A setting that names no file now may name some later. */
async function stateOf(sources: Watched[], directory: string | null): Promise<string> {
  const found: string[] = []
  for (const { id, files } of sources)
    for (const name of [files].flat()) {
      const paths = await expandFiles([name], directory, id).catch(() => [])
      for (const path of paths) {
        const state = await stat(path).catch(() => null)
        if (state) found.push(`${id}\t${path}\t${state.size}\t${state.mtimeMs}`)
      }
    }
  return found.join('\n')
}

/** Where the named files stand; of a folder that is named, the folder itself and what is around it. */
function foldersOf(sources: Watched[], directory: string | null): string[] {
  const paths = sources.flatMap(({ files }) => [files].flat()).map((name) => resolve(directory ?? '.', name))
  return [...new Set(paths.flatMap((path) => (/[*?]/.test(basename(path)) ? [dirname(path)] : [path, dirname(path)])))]
}

/** A path that is not there, or a system that has no more watches to give: the look now and then remains. */
function watcherOf(path: string, changed: () => void): FSWatcher[] {
  try {
    const watcher = watch(path, { persistent: false }, changed)
    watcher.on('error', () => watcher.close())
    return [watcher]
  } catch {
    return []
  }
}
