/**
 * How long a piece of work keeps the processor, for tests that hold a promise of speed: unlike the time on the wall it does
 * not grow with whatever else the machine is doing. Counts the whole process, which runs one test file at a time.
 */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
