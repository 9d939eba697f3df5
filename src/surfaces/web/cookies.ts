const year = 365 * 24 * 3600

/** A choice of the viewer that the server must know before it draws: no flash of another theme or language. */
export function remember(name: 'language' | 'theme', value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser yet.
  document.cookie = `rapport-${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${year}; SameSite=Strict`
}
