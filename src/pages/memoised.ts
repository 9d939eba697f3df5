/** The same question is asked by several tiles, the headline, chapters and actions: once is enough. */
export function memoised<Question extends object, Answer>(
  run: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (question) => {
    const key = JSON.stringify(Object.entries(question ?? {}).toSorted(([a], [b]) => a.localeCompare(b)))
    const answer = asked.get(key) ?? run(question)
    asked.set(key, answer)
    return answer
  }
}
