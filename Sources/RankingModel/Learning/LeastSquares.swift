/// One half step of alternating least squares: given one side, the best other side, row by row, by a Cholesky solve.
struct LeastSquares {
    let dimension: Int
    let regularisation: Double
    let confidence: Double
    private var matrix: [Double]
    private var right: [Double]

    init(dimension: Int, regularisation: Double, confidence: Double) {
        self.dimension = dimension
        self.regularisation = regularisation
        self.confidence = confidence
        matrix = Array(repeating: 0, count: dimension * dimension)
        right = Array(repeating: 0, count: dimension)
    }

    /// Rows without an observation become zero: nothing is known of them, and the priors speak instead.
    mutating func update(_ target: inout [Double], from source: [Double], observed: [[(other: Int, value: Double)]]) {
        let gram = gram(of: source)
        for (row, entries) in observed.enumerated() {
            if entries.isEmpty {
                for axis in 0..<dimension { target[row * dimension + axis] = 0 }
                continue
            }
            matrix = gram
            for axis in 0..<dimension {
                matrix[axis * dimension + axis] += regularisation
                right[axis] = 0
            }
            for entry in entries { add(entry, from: source) }
            solve()
            for axis in 0..<dimension { target[row * dimension + axis] = right[axis] }
        }
    }

    private mutating func add(_ entry: (other: Int, value: Double), from source: [Double]) {
        let base = entry.other * dimension
        for row in 0..<dimension {
            let weighted = confidence * source[base + row]
            // The confidence of the target is that of the observation plus the 1 that every pair has.
            right[row] += (weighted + source[base + row]) * entry.value
            for column in 0...row { matrix[row * dimension + column] += weighted * source[base + column] }
        }
    }

    /// The lower half of the product of the source with itself.
    private func gram(of source: [Double]) -> [Double] {
        var gram = [Double](repeating: 0, count: dimension * dimension)
        for base in stride(from: 0, to: source.count, by: dimension) {
            for row in 0..<dimension {
                for column in 0...row { gram[row * dimension + column] += source[base + row] * source[base + column] }
            }
        }
        return gram
    }

    /// Solves in place. The matrix is positive definite, as regularisation is; a pivot that rounding made too small is lifted.
    private mutating func solve() {
        for column in 0..<dimension {
            var pivot = matrix[column * dimension + column]
            for inner in 0..<column { pivot -= matrix[column * dimension + inner] * matrix[column * dimension + inner] }
            let root = max(pivot, 1e-12).squareRoot()
            matrix[column * dimension + column] = root
            for row in (column + 1)..<max(dimension, column + 1) {
                var value = matrix[row * dimension + column]
                for inner in 0..<column { value -= matrix[row * dimension + inner] * matrix[column * dimension + inner] }
                matrix[row * dimension + column] = value / root
            }
        }
        for row in 0..<dimension {
            for inner in 0..<row { right[row] -= matrix[row * dimension + inner] * right[inner] }
            right[row] /= matrix[row * dimension + row]
        }
        for row in (0..<dimension).reversed() {
            for inner in (row + 1)..<max(dimension, row + 1) { right[row] -= matrix[inner * dimension + row] * right[inner] }
            right[row] /= matrix[row * dimension + row]
        }
    }
}
