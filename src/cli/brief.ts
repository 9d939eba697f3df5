import type { Project } from '../project.ts'

export async function writeBrief(_project: Project): Promise<void> {}
