/// How a new version takes over the traffic: in steps beside the old one, each of which has to prove itself.
package struct RolloutStrategy: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A growing share of the traffic.
        case canary
        /// All of the new version beside the old, looked at without traffic; then all traffic at once.
        case blueGreen
    }

    /// What shares the traffic out.
    package enum Routing: Sendable, Hashable {
        /// The Service, which takes every ready Pod alike: the share is that of the replicas.
        case replicas
        /// An Ingress of the Bundle, through the canary annotations of ingress-nginx.
        case ingress(name: String)
        /// An HTTPRoute of the Gateway API.
        case httpRoute(name: String)
    }

    package struct Step: Sendable, Hashable {
        /// Percent of the traffic, 0 to 100.
        package var weight: Int
        /// How long its Gates must hold before the next.
        package var pause: Duration

        package init(weight: Int, pause: Duration) {
            self.weight = weight
            self.pause = pause
        }
    }

    package var kind: Kind
    /// The Deployment that is stepped. All else of the Bundle follows when the steps have passed.
    package var deployment: String
    /// The Service in front of it.
    package var service: String
    package var routing: Routing
    package var steps: [Step]

    package init(kind: Kind, deployment: String, service: String, routing: Routing, steps: [Step]) {
        self.kind = kind
        self.deployment = deployment
        self.service = service
        self.routing = routing
        self.steps = steps
    }
}
