/// Every limit of this room, with its reason.
package enum ObservabilityLimits {
    /// A message or a value longer than this is cut: one event must not drown the others, and a stack of HTML from a proxy is no news.
    package static let logValueBytes = 4096

    /// Metadata entries of one event; the rest is counted, not printed.
    package static let logMetadataEntries = 48

    /// Nested metadata deeper than this is shown as `...`.
    package static let logMetadataDepth = 4

    /// Series of one metric. What goes beyond shares one series whose labels say `other`: a label that takes its value from a request
    /// can then not fill the memory of the service or of Prometheus. Counters and gauges whose labels are limited otherwise may have more.
    package static let seriesPerMetric = 256

    /// Bytes of one label value.
    package static let labelValueBytes = 128

    /// Arenas of glibc's allocator. It makes eight for each processor, and what is free in one serves no thread of another; with two, threads of
    /// a small machine hardly wait for each other.
    package static let allocatorArenas: Int32 = 2

    /// Larger blocks are mapped by themselves and gone when they are freed. Left alone, the limit grows to the largest block ever freed.
    package static let allocatorMapBytes: Int32 = 256 << 10

    /// Free bytes at the end of the heap that are kept, since some will be needed again at once.
    package static let allocatorTrimBytes: Int32 = 512 << 10
}
