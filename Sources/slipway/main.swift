import SlipwayCommands

await Slipway.runAndExit()
