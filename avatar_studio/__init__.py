"""Avatar Studio: cute chibi avatars from sliders, dice, or a selfie."""
