/** Above this share of the window a heading has been read. */
const readLine = 0.3

/** The column of contents says where the reader is; where there is no room beside the text it folds. */
export function startContents(): void {
  const box = document.querySelector<HTMLDetailsElement>('.contents details')
  if (!box) return
  const links = [...box.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')]
  const places = links.flatMap((link) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)))
    return target ? [{ link, target }] : []
  })
  const wide = matchMedia('(min-width: 1000px)')
  const fold = () => {
    box.open = wide.matches
  }
  wide.addEventListener('change', fold)
  fold()
  box.addEventListener('click', (event) => {
    if (!wide.matches && event.target instanceof HTMLAnchorElement) box.open = false
  })
  let waiting = false
  const follow = () => {
    waiting = false
    const read = places.filter(({ target }) => target.getBoundingClientRect().top < innerHeight * readLine)
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2
    mark(links, wide.matches, atEnd ? links.at(-1) : (read.at(-1) ?? places[0])?.link)
  }
  addEventListener(
    'scroll',
    () => {
      if (!waiting) requestAnimationFrame(follow)
      waiting = true
    },
    { passive: true },
  )
  follow()
}

function mark(links: HTMLAnchorElement[], visible: boolean, current: HTMLAnchorElement | undefined): void {
  for (const link of links) {
    if (link === current && !link.hasAttribute('aria-current')) {
      link.setAttribute('aria-current', 'true')
      if (visible) link.scrollIntoView({ block: 'nearest' })
    } else if (link !== current) link.removeAttribute('aria-current')
  }
}
