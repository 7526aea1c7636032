package import Delivery
package import Hummingbird
internal import Logging
package import NIOCore

/// One request: its connection, and who is asking once that is known.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    package var actor: Actor?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// A whole request body; the largest that is expected is a reason of a thousand characters.
    package var maxUploadSize: Int { 64 * 1024 }
}
