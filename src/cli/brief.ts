import type { Project } from '../project.ts'
import type { CommonOptions } from './options.ts'

export async function writeBrief(_project: Project, _options: CommonOptions): Promise<void> {}
