import { loadBorders } from '../charts/borders.ts'
import { startAlone } from './alone.ts'

startAlone(loadBorders)
