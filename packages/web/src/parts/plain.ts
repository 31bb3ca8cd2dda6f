/** The core names places as the command line does; on the page a field is called by its plain name. */
export function plain(text: string): string {
  return text.replace(/--([a-z][a-z-]*[a-z])/g, (_, name: string) => name.replaceAll('-', ' '))
}
