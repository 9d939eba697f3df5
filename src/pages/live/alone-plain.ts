import { startAlone } from './alone.ts'

startAlone()
