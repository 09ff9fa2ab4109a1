import { DefaultLogger, Runtime } from '@temporalio/worker'

/** The SDK logs every start and stop of a worker; in a test only its errors are news. Imported for its effect, before any worker is made. */
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } })
