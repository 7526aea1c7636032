import Delivery
import Testing

@testable import Controller

@Suite struct LaneDependenceTests {
    @Test func aLaneIsWokenForWhatItPromotesFrom() {
        var promotion = EnvironmentPolicy.Promotion()
        #expect(LaneDependence.unknown.isOn("staging"), "nobody knows yet")
        #expect(!LaneDependence(promotion).isOn("staging"))
        promotion.from = "staging"
        #expect(LaneDependence(promotion).isOn("staging"))
        #expect(!LaneDependence(promotion).isOn("other"))
        promotion.group = "shop"
        #expect(LaneDependence(promotion).isOn("other"), "what the others of its group promote from counts as well")
    }
}
