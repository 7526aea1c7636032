internal import Synchronization
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A terminal for a process: the process opens `path`, we read and write its other side.
final class PseudoTerminal: Sendable {
    /// Whoever uses it closes it.
    let master: Int32
    let path: String
    /// Kept open, so that the terminal does not hang up before the process has opened it, and for its size.
    private let slave: Mutex<Int32>

    // <asm-generic/ioctls.h>: macros that Swift cannot read.
    private static let unlock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430
    private static let setWindowSize: UInt = 0x5414

    private init(master: Int32, path: String, slave: Int32) {
        self.master = master
        self.path = path
        self.slave = Mutex(slave)
    }

    deinit { hangUp() }

    static func open() throws(NodeError) -> PseudoTerminal {
        let master = Self.openFile("/dev/ptmx")
        guard master >= 0 else { throw failure() }
        var locked: Int32 = 0
        var index: UInt32 = 0
        guard ioctl(master, unlock, &locked) == 0, ioctl(master, number, &index) == 0 else {
            let error = failure()
            close(master)
            throw error
        }
        let path = "/dev/pts/\(index)"
        let slave = Self.openFile(path)
        guard slave >= 0 else {
            let error = failure()
            close(master)
            throw error
        }
        let terminal = PseudoTerminal(master: master, path: path, slave: slave)
        // A terminal without a size confuses programs that draw.
        terminal.resize(columns: 80, rows: 24)
        return terminal
    }

    /// In characters; the processes of the terminal are told by SIGWINCH.
    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(clamping: rows), ws_col: UInt16(clamping: columns), ws_xpixel: 0, ws_ypixel: 0)
        slave.withLock { slave in
            guard slave >= 0 else { return }
            _ = ioctl(slave, Self.setWindowSize, &size)
        }
    }

    /// Our hold on the process' side ends; reading the other one ends when no process has it open any more.
    func hangUp() {
        slave.withLock { slave in
            if slave >= 0 { close(slave) }
            slave = -1
        }
    }

    private static func openFile(_ path: String) -> Int32 {
        #if canImport(Darwin)
            return -1
        #else
            return Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        #endif
    }

    private static func failure() -> NodeError { NodeError(.cannotStart, "cannot make a terminal: \(Errno(rawValue: errno))") }
}
