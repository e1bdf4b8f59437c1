"""The categories of the starter pack. This module needs no PyTorch: the tests of what ships import it."""

EMOJI = {
    "airplane": "✈️", "alarm clock": "⏰", "apple": "🍎", "axe": "🪓", "banana": "🍌", "basketball": "🏀", "bed": "🛏️",
    "bee": "🐝", "bird": "🐦", "book": "📖", "bread": "🍞", "butterfly": "🦋", "camel": "🐫", "candle": "🕯️",
    "carrot": "🥕", "castle": "🏰", "cell phone": "📱", "chair": "🪑", "church": "⛪", "coffee cup": "☕",
    "cookie": "🍪", "crab": "🦀", "crown": "👑", "dog": "🐶", "donut": "🍩", "door": "🚪", "elephant": "🐘", "eye": "👁️",
    "eyeglasses": "👓", "fish": "🐟", "flying saucer": "🛸", "frog": "🐸", "giraffe": "🦒", "grapes": "🍇",
    "hammer": "🔨", "hand": "✋", "headphones": "🎧", "helicopter": "🚁", "hourglass": "⏳", "house": "🏠",
    "ice cream": "🍦", "key": "🔑", "laptop": "💻", "leaf": "🍃", "light bulb": "💡", "lightning": "⚡",
    "lollipop": "🍭", "mountain": "⛰️", "mushroom": "🍄", "octopus": "🐙", "owl": "🦉", "palm tree": "🌴", "panda": "🐼",
    "pants": "👖", "parachute": "🪂", "pear": "🍐", "pencil": "✏️", "penguin": "🐧", "pineapple": "🍍", "pizza": "🍕",
    "rain": "🌧️", "rainbow": "🌈", "sailboat": "⛵", "scissors": "✂️", "shoe": "👟", "skull": "💀", "smiley face": "🙂",
    "snake": "🐍", "snowflake": "❄️", "snowman": "⛄", "soccer ball": "⚽", "spider": "🕷️", "star": "⭐",
    "suitcase": "🧳", "t-shirt": "👕", "telephone": "☎️", "television": "📺", "tent": "⛺", "tree": "🌳",
    "watermelon": "🍉", "whale": "🐳", "wine bottle": "🍾",
}  # fmt: skip
"""Category → emoji."""
