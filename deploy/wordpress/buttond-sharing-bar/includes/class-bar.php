<?php
/**
 * The bar: the button and the places beside it.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Draws a bar, wherever one stands: in the blog, the block, the shortcode, the template function, the preview.
 */
final class Bar {

	/**
	 * The handle of the style sheet and of the loader.
	 */
	const HANDLE = 'buttond-sharing-bar';

	/**
	 * The widest button that stands at the side of a text, in px: assets/bar.css has its room.
	 */
	const WIDEST_AT_THE_SIDE = 165;

	/**
	 * Hooks in, with what decides where a bar stands by itself.
	 */
	public static function hooks() {
		add_action( 'init', array( __CLASS__, 'register_style' ) );
		add_filter( 'script_loader_src', array( __CLASS__, 'loader_address' ), 10, 2 );
		add_filter( 'script_loader_tag', array( __CLASS__, 'loader_tag' ), 10, 2 );
		Placement::hooks();
		Off_Mark::hooks();
	}

	/**
	 * The bar of a post: its permalink and title, '' where no bar is due.
	 *
	 * @param int   $post_id   The post.
	 * @param array $overrides Arguments of html() that differ from the settings.
	 * @return string HTML.
	 */
	public static function for_post( int $post_id, array $overrides = array() ): string {
		$post = get_post( $post_id );
		if ( ! $post || ! Placement::may_be_shared( $post ) ) {
			return '';
		}
		return self::html( self::shared( $post, $overrides ) );
	}

	/**
	 * What the bar of a post shares.
	 *
	 * @param WP_Post $post The post.
	 * @param array   $args Arguments of html(), of which `url` and `text` go before the post's own.
	 * @return array The arguments with `url` and `text`.
	 */
	public static function shared( WP_Post $post, array $args = array() ) {
		$args += array(
			'url'  => (string) get_permalink( $post ),
			'text' => $post->post_title,
		);

		/**
		 * The link that the bar of a post shares.
		 *
		 * @param string $url     The permalink, or what was given for this bar.
		 * @param int    $post_id The post.
		 */
		$args['url'] = apply_filters( 'buttond_sharing_bar_url', $args['url'], $post->ID );

		/**
		 * The words that go with the link.
		 *
		 * @param string $text    The title, or what was given for this bar.
		 * @param int    $post_id The post.
		 */
		$args['text'] = apply_filters( 'buttond_sharing_bar_text', $args['text'], $post->ID );
		return $args;
	}

	/**
	 * A bar.
	 *
	 * @param array $args Keys url, text, style, size, label, minimum, places, position, side; missing ones are the settings'.
	 * @return string HTML; '' where there is no server, or no link to share.
	 */
	public static function html( array $args ): string {
		$args = Button::arguments( $args );
		if ( '' === $args['server'] || '' === $args['url'] ) {
			return '';
		}
		$style = self::request_assets();
		if ( self::is_amp() ) {
			return $style . '<div class="buttond-bar">' . Button::image( $args ) . self::places( $args ) . '</div>';
		}
		$bar = sprintf( '<div class="buttond-bar" data-url="%s">%s%s</div>', esc_url( $args['url'] ), Button::html( $args ), self::places( $args ) );
		if ( ! in_array( $args['position'], array( 'floating', 'bottom' ), true ) ) {
			return $style . $bar;
		}
		$room  = Button::room( $args );
		$class = 'buttond-floating';
		if ( 'floating' === $args['position'] && $room['width'] <= self::WIDEST_AT_THE_SIDE ) {
			$class .= ' buttond-side' . ( 'end' === $args['side'] ? ' buttond-at-end' : '' );
		}
		return $style . '<div class="' . esc_attr( $class ) . '"><div>' . $bar . '</div></div>';
	}

	/**
	 * The button alone, as it stands in a line of text.
	 *
	 * @param array $args Of html().
	 * @return string HTML; '' where there is no server, or no link to share.
	 */
	public static function button( array $args ): string {
		$args = Button::arguments( $args );
		if ( '' === $args['server'] || '' === $args['url'] ) {
			return '';
		}
		self::request_loader();
		return self::is_amp() ? Button::image( $args ) : Button::html( $args );
	}

	/**
	 * Sees to it that the page gets the style sheet and the loader. Call it where a bar is drawn.
	 *
	 * @return string The style sheet's link, where the page's head is out already and has it not; it may stand in a body.
	 */
	public static function request_assets(): string {
		self::request_loader();
		wp_enqueue_style( self::HANDLE );
		if ( ! did_action( 'wp_head' ) || doing_action( 'wp_head' ) || wp_style_is( self::HANDLE, 'done' ) ) {
			return '';
		}
		ob_start();
		wp_print_styles( self::HANDLE );
		return trim( (string) ob_get_clean() );
	}

	/**
	 * Sees to it that the page gets the loader, which counts a display. The administration gets none.
	 */
	private static function request_loader() {
		$settings = Settings::get();
		if ( '' === $settings['script'] || is_admin() || self::is_amp() ) {
			return;
		}
		// WordPress before 6.3 reads the array as "in the footer"; loader_tag() makes the script async there too.
		wp_enqueue_script(
			self::HANDLE,
			$settings['server'] . $settings['script'],
			array(),
			BUTTOND_SHARING_BAR_VERSION,
			array(
				'strategy'  => 'async',
				'in_footer' => true,
			)
		);
	}

	/**
	 * Registers the style sheet, which costs a page without a bar nothing.
	 *
	 * Said here, since each byte of it goes to every new reader: the button's --buttond-color, -text, -radius and -font
	 * theme it; an icon is a clip-path, and its name stands behind it, out of sight; a drawing stands as high as the button that the loader makes of it; the bar at the bottom stays there until
	 * the end of the text, and one at the side stands there only where the room around the text is measured to be enough.
	 */
	public static function register_style() {
		wp_register_style( self::HANDLE, plugins_url( 'assets/bar.css', BUTTOND_SHARING_BAR_FILE ), array(), BUTTOND_SHARING_BAR_VERSION );
	}

	/**
	 * The loader's address has its version in its path, and no need of another one.
	 *
	 * @param string $src    The address.
	 * @param string $handle The script's handle.
	 * @return string
	 */
	public static function loader_address( $src, $handle ) {
		return self::HANDLE === $handle ? remove_query_arg( 'ver', $src ) : $src;
	}

	/**
	 * The loader's tag: never blocking, and with the hash that the admin agreed to.
	 *
	 * @param string $tag    HTML.
	 * @param string $handle The script's handle.
	 * @return string
	 */
	public static function loader_tag( $tag, $handle ) {
		if ( self::HANDLE !== $handle ) {
			return $tag;
		}
		$settings   = Settings::get();
		$attributes = sprintf( ' integrity="%s" crossorigin="anonymous"', esc_attr( $settings['integrity'] ) );
		if ( ! preg_match( '/\sasync[\s>=]/', $tag ) ) {
			$attributes = ' async' . $attributes;
		}
		return preg_replace( '/\ssrc=/', $attributes . ' src=', $tag, 1 );
	}

	/**
	 * Whether this is a page for AMP, in which no script of ours may run.
	 *
	 * @return bool
	 */
	public static function is_amp() {
		if ( function_exists( 'amp_is_request' ) ) {
			return did_action( 'wp' ) && amp_is_request();
		}
		return function_exists( 'is_amp_endpoint' ) && did_action( 'wp' ) && is_amp_endpoint();
	}

	/**
	 * The list of places, in the order chosen.
	 *
	 * @param array $args Of Button::arguments().
	 * @return string HTML; '' where none is chosen.
	 */
	private static function places( array $args ) {
		$known = Settings::offered_places( $args );
		$html  = '';
		foreach ( (array) $args['places'] as $id ) {
			if ( is_string( $id ) && isset( $known[ $id ] ) ) {
				$html .= self::place( $id, $known[ $id ], $args );
			}
		}
		return '' === $html ? '' : '<ul role="list" aria-label="' . esc_attr__( 'Share on', 'buttond-sharing-bar' ) . '">' . $html . '</ul>';
	}

	/**
	 * A place as an item of the list.
	 *
	 * Only the reader knows which Mastodon server is theirs: that link leads to the server's share page, which asks, and
	 * no click is reported beside it (`data-place`), since the page reports the share itself.
	 *
	 * @param string $id    The place.
	 * @param array  $place Its name and address.
	 * @param array  $args  Of Button::arguments().
	 * @return string HTML.
	 */
	private static function place( $id, array $place, array $args ) {
		$asks    = false !== strpos( $place['address'], '{server}' );
		$address = $asks ? Button::dialog( $args ) : strtr(
			$place['address'],
			array(
				'{url}'      => rawurlencode( $args['url'] ),
				'{text}'     => rawurlencode( $args['text'] ),
				'&via={via}' => '',
			)
		);
		return sprintf(
			'<li><a %1$s="%2$s" href="%3$s"%4$s>%5$s</a></li>',
			$asks ? 'class' : 'data-place',
			esc_attr( $asks ? 'buttond-to-' . $id : $id ),
			esc_url( $address ),
			'email' === $id ? '' : ' rel="noreferrer" target="_blank"',
			esc_html( 'email' === $id ? __( 'E-mail', 'buttond-sharing-bar' ) : $place['name'] )
		);
	}
}
