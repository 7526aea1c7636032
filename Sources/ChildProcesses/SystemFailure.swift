internal import Glibc

/// A system call's error number, in words.
package struct SystemFailure: Error {
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package var reason: String { unsafe String(cString: strerror(number)) }
}
