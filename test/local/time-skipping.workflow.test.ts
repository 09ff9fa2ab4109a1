import { expect, test } from 'vitest'
import { timeSkippingEnvironment } from '../support/servers/temporal.ts'

test('the time-skipping server moves its clock by a day at once', async () => {
  const environment = await timeSkippingEnvironment()
  try {
    const before = await environment.currentTimeMs()
    await environment.sleep('1 day')
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(24 * 3_600_000)
  } finally {
    await environment.teardown()
  }
})
